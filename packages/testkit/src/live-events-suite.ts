import type { LiveEvent, LiveEvents } from "@airloom/core";
import { describe, expect, test } from "vitest";

/** What every adapter of `LiveEvents` must do. `open` gives one without listeners. */
export function describeLiveEvents(adapterName: string, open: () => LiveEvents): void {
  const dag = (dagId: string): LiveEvent => ({ kind: "dag", dagId });

  describe(adapterName, () => {
    test("every listener hears every event, in order, before publish() returns", () => {
      const events = open();
      const heard: (readonly [listener: number, event: LiveEvent])[] = [];
      for (const listener of [1, 2]) events.subscribe((event) => heard.push([listener, event]));
      events.publish(dag("a"));
      expect(heard).toHaveLength(2);
      events.publish(dag("b"));
      for (const listener of [1, 2]) {
        const own = heard.filter(([who]) => who === listener).map(([, event]) => event);
        expect(own).toEqual([dag("a"), dag("b")]);
      }
    });

    test("nobody hears what was published before or after the own subscription", () => {
      const events = open();
      const heard: LiveEvent[] = [];
      events.publish(dag("before"));
      const leave = events.subscribe((event) => heard.push(event));
      events.publish(dag("during"));
      leave();
      leave();
      events.publish(dag("after"));
      expect(heard).toEqual([dag("during")]);
    });

    test("each subscription of one function lasts by itself", () => {
      const events = open();
      let count = 0;
      const listener = (): void => {
        count += 1;
      };
      const leave = events.subscribe(listener);
      events.subscribe(listener);
      events.publish(dag("a"));
      expect(count).toBe(2);
      leave();
      events.publish(dag("b"));
      expect(count).toBe(3);
    });

    test("a listener that leaves while it listens takes the event from nobody", () => {
      const events = open();
      const heard: string[] = [];
      const leave = events.subscribe(() => {
        heard.push("first");
        leave();
      });
      events.subscribe(() => heard.push("second"));
      events.publish(dag("a"));
      events.publish(dag("b"));
      expect(heard).toEqual(["first", "second", "second"]);
    });

    test("a listener that fails disturbs neither the publisher nor the others", () => {
      const events = open();
      const heard: LiveEvent[] = [];
      events.subscribe(() => {
        throw new Error("a listener's own fault");
      });
      events.subscribe((event) => heard.push(event));
      events.publish(dag("a"));
      events.publish(dag("b"));
      expect(heard).toEqual([dag("a"), dag("b")]);
    });
  });
}
