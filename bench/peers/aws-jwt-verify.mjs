// The npm package aws-jwt-verify, its keys cached and its synchronous door: what it is at its fastest.
// Usage: node aws-jwt-verify.mjs PORT FILE, where FILE has { userPoolId, clientId, jwks, tokens }.
// A client sends a number of milliseconds on a line, and is told how many tokens were verified in them.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { CognitoJwtVerifier } from 'aws-jwt-verify';

const [port, file] = process.argv.slice(2);
const { userPoolId, clientId, jwks, tokens } = JSON.parse(readFileSync(file, 'utf8'));
const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'access' });
verifier.cacheJwks(jwks);

let next = 0;
function verifyFor(milliseconds) {
  const until = performance.now() + milliseconds;
  let steps = 0;
  while (performance.now() < until) {
    verifier.verifySync(tokens[next++ % tokens.length]);
    steps++;
  }
  return steps;
}

createServer(socket => {
  socket.setEncoding('ascii');
  socket.on('data', line => socket.write(`${verifyFor(Number(line))}\n`));
  socket.on('error', () => {});
}).listen(Number(port), '127.0.0.1');
