/** The headers of both services' pages as Helmet takes them: a page loads from its own service and asks `connect` besides. */
export function renderPageHeaders({
  hasHsts,
  connect = [],
}: {
  readonly hasHsts: boolean;
  readonly connect?: readonly string[];
}) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", ...connect],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: hasHsts ? { maxAge: 31_536_000 } : false,
  } as const;
}
