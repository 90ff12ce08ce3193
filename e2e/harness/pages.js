// A site whose pages links lead to.

import { createServer } from "node:http";

export class Pages {
  static async start() {
    const pages = new Pages();
    /** Path to what is answered: HTML, or a function of the response. */
    pages.all = new Map();
    /** The requests that came. */
    pages.asked = [];
    pages.server = createServer((request, response) => {
      pages.asked.push({ path: request.url, headers: request.headers });
      const page = pages.all.get(request.url);
      if (typeof page === "function") page(response);
      else response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8" }).end(page);
    });
    await new Promise((resolve) => pages.server.listen(0, "127.0.0.1", resolve));
    pages.address = `127.0.0.1:${pages.server.address().port}`;
    return pages;
  }

  /** The settings of a server that asks them. */
  get env() {
    return { LINNET_LINK_PREVIEWS: "on", LINNET_LINK_PREVIEWS_ALSO: this.address };
  }

  /** The link to a new page. */
  put(path, page) {
    this.all.set(path, page);
    return `http://${this.address}${path}`;
  }

  /** How often this path was asked for. */
  times(path) {
    return this.asked.filter((request) => request.path === path).length;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
