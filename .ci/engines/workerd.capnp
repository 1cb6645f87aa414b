using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "cases.js", esModule = embed "cases.js"),
    (name = "measuring.js", esModule = embed "measuring.js"),
    (name = "instrument.js", esModule = embed "instrument.js"),
    (name = "promlet.js", esModule = embed "promlet.js"),
  ],
  compatibilityDate = "2026-01-01",
);
