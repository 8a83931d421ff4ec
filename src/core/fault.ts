/** Something wrong in the configuration: where, by path from the root, and what to do about it. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
