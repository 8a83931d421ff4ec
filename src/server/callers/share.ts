/** Joins the call of that key that is under way, else makes it. */
export function share<T>(underWay: Map<string, Promise<T>>, key: string, call: () => Promise<T>): Promise<T> {
  const joined = underWay.get(key);
  if (joined !== undefined) return joined;
  const made = call().finally(() => underWay.delete(key));
  underWay.set(key, made);
  return made;
}
