/** Scrolls the nearest element that matches `selector` so that `element` stands in its middle; the page itself stays. */
export function centerIn(selector: string, element: HTMLElement | null): void {
  const scroller = element?.closest<HTMLElement>(selector);
  if (element === null || scroller === null || scroller === undefined) return;
  const offset = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += offset - scroller.clientHeight / 2;
}
