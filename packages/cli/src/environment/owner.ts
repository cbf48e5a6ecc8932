/** Takes a resource into the care of whoever closes everything, last opened first, and hands it back. */
export type Owner = <T extends { close(): Promise<void> }>(resource: T) => T;

/** An owner over a stack of things to close. */
export function ownerOf(stack: AsyncDisposableStack): Owner {
  return (resource) => {
    stack.defer(() => resource.close());
    return resource;
  };
}

/** Takes into care what is still being opened: it is closed once it is open, also where nobody waits for it any more. */
export function ownOpening<T extends { close(): Promise<void> }>(
  own: Owner,
  opening: Promise<T>,
): Promise<T> {
  own({
    close: () =>
      opening.then(
        (resource) => resource.close(),
        () => undefined,
      ),
  });
  return opening;
}
