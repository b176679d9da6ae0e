// The browser's part of a sign-in, spoken by hand: one request at a time, cookies kept per host,
// every *.localhost name reached on loopback (Node does not resolve them).
import http from 'node:http';

export class Browserless {
  #cookies = new Map();

  send(method, url, form) {
    const { hostname, host, port, pathname, search } = new URL(url);
    const body = form && new URLSearchParams(form).toString();
    const headers = { host, cookie: [...(this.#cookies.get(hostname) ?? new Map())].map(([k, v]) => `${k}=${v}`).join('; ') };
    if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), origin: new URL(url).origin });
    return new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port, method, path: pathname + search, headers }, response => {
        this.#keep(hostname, response.headers['set-cookie'] ?? []);
        let text = '';
        response.setEncoding('utf8').on('data', part => (text += part)).on('end', () => resolve({ status: response.statusCode, location: response.headers.location && new URL(response.headers.location, url).href, text }));
      });
      request.on('error', reject).end(body);
    });
  }

  /** Follows redirects until they leave for `until`, or end; answers the last address. */
  async follow(url, until) {
    for (let hops = 0; hops < 10; hops++) {
      if (url.startsWith(until)) return { url };
      const answer = await this.send('GET', url);
      if (!answer.location) return { url, ...answer };
      url = answer.location;
    }
    throw new Error('too many redirects');
  }

  #keep(hostname, lines) {
    const jar = this.#cookies.get(hostname) ?? this.#cookies.set(hostname, new Map()).get(hostname);
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map(part => part.trim());
      const [name, value] = pair.split(/=(.*)/s);
      if (attributes.some(a => /^expires=Thu, 01 Jan 1970/i.test(a) || /^max-age=0$/i.test(a))) jar.delete(name);
      else jar.set(name, value);
    }
  }
}
