// The npm package better-auth with its organization plugin on PostgreSQL: a tenant there is an organization.
// Usage: node better-auth.mjs PORT, with DATABASE_URL and BETTER_AUTH_SECRET in the environment.
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { organization } from 'better-auth/plugins';
import pg from 'pg';

const port = Number(process.argv[2]);
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [organization({ organizationLimit: 1_000_000 })],
};
await (await getMigrations(options)).runMigrations();
const server = createServer(toNodeHandler(betterAuth(options)));
server.keepAliveTimeout = 600_000; // its clients pause while the other side is measured
server.listen(port, '127.0.0.1');
