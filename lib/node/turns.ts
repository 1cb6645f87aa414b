// Work that is done one at a time, in fair turns: each client in its turn, and of one client each name, so that who
// asks a lot waits for itself alone. Knows not what is done.

interface Job {
  /** Never rejects. */
  readonly start: () => Promise<void>;
  readonly refuse: () => void;
  /** Whether it was refused before. */
  readonly isReturning: boolean;
}

/** Jobs of one client, by name. Those whose turn comes first are first. */
type Lanes = Map<string, Job[]>;

/**
 * Has work done when its turn has come. Where too much is under way and waits, the last of the client and name that has
 * most is refused. Work that was refused before goes before other work of the same client and name, and takes its place.
 */
export type Turns = <Result>(client: string, name: string, work: () => Promise<Result>, isReturning?: boolean) => Promise<Result>;

/**
 * @param most - How many may be under way and wait.
 * @param refusal - What those beyond get.
 */
export function turns(most: number, refusal: () => Error): Turns {
  const clients = new Map<string, Lanes>();
  let isBusy = false;
  let count = 0;

  async function run(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let job = next(); job !== undefined; job = next()) await job.start();
    isBusy = false;
  }

  function next(): Job | undefined {
    const [turn] = clients;
    if (turn === undefined) return undefined;
    const [client, lanes] = turn;
    const [name, lane] = [...lanes][0]!;
    const job = lane.shift();
    // Behind the others, where there is more.
    lanes.delete(name);
    if (lane.length > 0) lanes.set(name, lane);
    clients.delete(client);
    if (lanes.size > 0) clients.set(client, lanes);
    return job;
  }

  /**
   * Refuses one that waits, in favour of a client or name of which fewer do, and still fewer after that; or of one that
   * was refused before. False where there is none.
   */
  function makeRoom(client: string, name: string, isReturning: boolean): boolean {
    const own = clients.get(client);
    const ownLane = own?.get(name) ?? [];
    const crowded = largest(clients, waitingIn);
    const isOther = crowded !== undefined && waitingIn(crowded[1]) > waitingIn(own) + 1;
    const [from, lanes] = isOther ? crowded : [client, own];
    let lane = lanes && largest(lanes, ({ length }) => length);
    if (!isOther && (lane?.[1].length ?? 0) <= ownLane.length + 1) lane = isReturning && ownLane.at(-1)?.isReturning === false ? [name, ownLane] : undefined;
    if (lane === undefined) return false;
    lane[1].pop()!.refuse();
    count--;
    if (lane[1].length === 0) lanes!.delete(lane[0]);
    if (lanes!.size === 0) clients.delete(from);
    return true;
  }

  return (client, name, work, isReturning = false) =>
    new Promise((resolve, reject) => {
      const refuse = (): void => reject(refusal());
      if (count >= most && !makeRoom(client, name, isReturning)) return refuse();
      const lanes = clients.get(client) ?? new Map<string, Job[]>();
      const lane = lanes.get(name) ?? [];
      const place = isReturning ? lane.findIndex((job) => !job.isReturning) : -1;
      lane.splice(place < 0 ? lane.length : place, 0, { start: () => work().finally(() => count--).then(resolve, reject), refuse, isReturning });
      lanes.set(name, lane);
      clients.set(client, lanes);
      count++;
      void run();
    });
}

function waitingIn(lanes: Lanes | undefined): number {
  let waiting = 0;
  for (const { length } of lanes?.values() ?? []) waiting += length;
  return waiting;
}

function largest<Value>(map: ReadonlyMap<string, Value>, sizeOf: (value: Value) => number): [string, Value] | undefined {
  let found: [string, Value] | undefined;
  for (const entry of map) if (found === undefined || sizeOf(entry[1]) > sizeOf(found[1])) found = entry;
  return found;
}
