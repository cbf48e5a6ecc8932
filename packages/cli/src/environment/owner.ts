/** Takes a resource into the care of whoever closes everything, last opened first, and hands it back. */
export type Owner = <T extends { close(): Promise<void> }>(resource: T) => T;

/** An owner over a stack of things to close. */
export function ownerOf(stack: AsyncDisposableStack): Owner {
  return (resource) => {
    stack.defer(() => resource.close());
    return resource;
  };
}
