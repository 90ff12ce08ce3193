// A network that breaks: connections through it are cut at any moment, in the middle of a frame too, or go dead without
// a word.

import { connect, createServer } from "node:net";

export class CuttingProxy {
  static async to(url) {
    const proxy = new CuttingProxy();
    proxy.pairs = new Set();
    proxy.cuts = 0;
    proxy.target = url;
    proxy.server = createServer((near) => {
      const { port } = new URL(proxy.target);
      const far = connect(Number(port), "127.0.0.1");
      const pair = [near, far];
      proxy.pairs.add(pair);
      const end = () => {
        proxy.pairs.delete(pair);
        for (const socket of pair) socket.destroy();
      };
      for (const socket of pair) socket.on("error", end).on("close", end);
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  /** Cuts every connection that the random generator picks, with what is on its way. */
  cut(random, outOf) {
    for (const [near, far] of [...this.pairs]) {
      if (random.below(outOf) !== 0) continue;
      this.cuts += 1;
      // One side may learn of it at once and the other later, as with a network that is gone.
      near.unpipe(far);
      far.unpipe(near);
      if (random.below(2) === 0) near.resetAndDestroy();
      else far.resetAndDestroy();
    }
  }

  stop() {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
