// Who of a group listens where, so that the others stand by: each says so in a file, for as long as it lives.

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { livenessOf } from './liveness.ts';
import type { MemberRecord } from './members.ts';
import type { Presence } from './presence.ts';

export class Holding {
  private readonly presence: Presence;
  private readonly places: string[] = [];
  private writtenBy: string | undefined;

  constructor(presence: Presence) {
    this.presence = presence;
  }

  /** Tells the others that this member listens there, until what it returns is called. */
  hold(place: string): () => void {
    this.places.push(place);
    this.write();
    return () => {
      const index = this.places.indexOf(place);
      if (index < 0) return;
      this.places.splice(index, 1);
      this.write();
    };
  }

  /** Says so again, where this member has become another, or somebody removed its file. */
  renew(): void {
    const { record } = this.presence;
    if (this.places.length > 0 && (this.writtenBy !== record.id || !existsSync(this.fileOf(record)))) this.write();
  }

  async isHeldByOther(place: string): Promise<boolean> {
    const { presence } = this;
    for (const other of presence.others()) {
      if (this.placesOf(other).includes(place) && (await livenessOf(other, presence.folder, presence.host)) !== 'ended') return true;
    }
    return false;
  }

  releaseAll(): void {
    this.places.length = 0;
  }

  private fileOf({ id }: MemberRecord): string {
    return this.presence.folder.fileOf(`${id}.held`);
  }

  private placesOf(record: MemberRecord): unknown[] {
    try {
      return JSON.parse(readFileSync(this.fileOf(record), 'utf8')) as unknown[];
    } catch {
      return [];
    }
  }

  private write(): void {
    const { record } = this.presence;
    const file = this.fileOf(record);
    this.writtenBy = record.id;
    try {
      if (this.places.length === 0) return rmSync(file, { force: true });
      writeFileSync(`${file}-new`, JSON.stringify(this.places), { mode: 0o600 });
      renameSync(`${file}-new`, file);
    } catch {
      // The others cannot know: they fail where they could stand by.
    }
  }
}
