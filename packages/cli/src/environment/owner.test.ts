import { expect, test } from "vitest";
import { ownerOf, ownOpening } from "./owner.ts";

test("what is still being opened when all is closed is closed too, before what was owned earlier", async () => {
  const stack = new AsyncDisposableStack();
  const own = ownerOf(stack);
  const closed: string[] = [];
  const resource = (name: string) => ({
    close: async () => {
      closed.push(name);
    },
  });
  own(resource("first"));
  const opening = Promise.withResolvers<ReturnType<typeof resource>>();
  void ownOpening(own, opening.promise);
  await expect(ownOpening(own, Promise.reject(new Error("no room")))).rejects.toThrow("no room");
  const closing = stack.disposeAsync();
  opening.resolve(resource("late"));
  await closing;
  expect(closed).toEqual(["late", "first"]);
});
