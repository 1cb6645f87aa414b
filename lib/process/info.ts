// When the process began, and what it runs.

import type { Group } from './group.ts';

export const info: Group = {
  isOfProcess: true,
  metrics: {
    process_start_time_seconds: ['gauge', 'Start time of the process since unix epoch in seconds.', 'each'],
    process_uptime_seconds: ['gauge', 'How long the process has been running in seconds.', 'each'],
    nodejs_version_info: ['info', 'Node.js version info.'],
    process_runtime_info: ['info', 'The engine that runs the program, and its version.'],
    nodejs_build_info: ['info', 'What the engine was built for, and the libraries in it.'],
  },
  open(host) {
    // Once: a wall clock that is set later changes nothing.
    const startSeconds = performance.timeOrigin / 1_000;
    const [major = '', minor = '', patch = ''] = host.version.split('.');
    const version = [{ labels: { version: `v${host.version}`, major, minor, patch } }];
    const runtime = [{ labels: { name: host.engine, version: process.versions[host.engine] ?? '' } }];
    const build = [{ labels: buildLabels() }];
    return {
      read: () => ({
        process_start_time_seconds: startSeconds,
        process_uptime_seconds: process.uptime(),
        nodejs_version_info: version,
        process_runtime_info: runtime,
        nodejs_build_info: build,
      }),
    };
  },
};

function buildLabels(): Record<string, string> {
  const { platform, arch, versions } = process;
  const parts = Object.entries({ platform, arch, v8: versions.v8, uv: versions.uv, openssl: versions['openssl'], modules: versions.modules });
  return Object.fromEntries(parts.filter((part): part is [string, string] => part[1] !== undefined));
}
