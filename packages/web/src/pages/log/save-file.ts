/** Has the browser save what an address leads to. */
export function saveFile(href: string, fileName: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = fileName;
  link.click();
}
