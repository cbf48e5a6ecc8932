/** The name and sign of the product. */
export function Brand() {
  return (
    <div className="brand">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path
          d="M3 5.5c3.5-2.5 6.5 2.5 10 0s3.5-1.2 4-1.5M3 10.5c3.5-2.5 6.5 2.5 10 0 2-1.4 3-1.2 4-.8M3 15.5c3.5-2.5 6.5 2.5 10 0 2-1.4 3-1.2 4-.8"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
      <span>Airloom</span>
    </div>
  );
}
