/** Listens on a free port of this machine alone, and says which. */
export function announce(http) {
  http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
    console.log(`listening on 127.0.0.1:${http.address().port}`);
  });
}
