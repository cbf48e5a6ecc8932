/** Loads the app anew at a path, so that whatever was asked for under one session is asked again under another. */
export function startAfresh(path: string, isService: boolean): void {
  if (!isService) return location.assign(path);
  // The job service's addresses live behind `#`, which alone loads nothing.
  location.hash = path;
  location.reload();
}
