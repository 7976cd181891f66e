/** The databases that test servers keep their control plane in: SQLite, or PostgreSQL in a suite that asks for it. */

let createDatabase: (() => Promise<string>) | null = null;

/** From now on, the test servers of this process get databases that `create` makes and names by their addresses. */
export function useTestDatabases(create: () => Promise<string>): void {
  createDatabase = create;
}

/** The address of a new database for a test server; null for one of its own in SQLite. */
export async function newTestDatabase(): Promise<string | null> {
  return createDatabase === null ? null : createDatabase();
}
