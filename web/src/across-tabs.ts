/**
 * Runs one task of that name at a time over all tabs. Web Locks exist on secure origins only: elsewhere the callers have to
 * do without, and do, because the server bears it.
 */
export function acrossTabs<T>(name: string, task: () => Promise<T>): Promise<T> {
  return typeof navigator !== "undefined" && navigator.locks ? navigator.locks.request(name, task) : task();
}
