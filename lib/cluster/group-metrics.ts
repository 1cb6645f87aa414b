// What a group shows of itself: who is in it, and how fresh what each told is.

import { lineStarts } from '../core/labels.ts';
import { LiveFamily } from '../core/live-family.ts';
import type { LiveHead } from '../core/live-family.ts';
import type { GaugePoint, Labels, MetricFamily } from '../core/model.ts';

/** How a member fared. */
export interface MemberReport {
  readonly member: string;
  /** Whether it answered in time. */
  readonly isUp: boolean;
  /** Since what is shown of it was so. */
  readonly ageSeconds: number;
}

const MEMBERS: LiveHead = { type: 'gauge', name: 'promlet_group_members', help: 'Members of the group that live.' };
const UP: LiveHead = { type: 'gauge', name: 'promlet_group_member_up', help: 'Whether the member answered in time: 1, or 0 where what it told last is shown.' };
const AGE: LiveHead = { type: 'gauge', name: 'promlet_group_member_age_seconds', help: 'How old what is shown of the member is.' };

const NO_LABELS: Labels = {};

export function groupMetrics(reports: readonly MemberReport[]): readonly MetricFamily[] {
  return [
    family(MEMBERS, [[NO_LABELS, reports.length]]),
    family(UP, reports.map(({ member, isUp }) => [{ member }, isUp ? 1 : 0])),
    family(AGE, reports.map(({ member, ageSeconds }) => [{ member }, ageSeconds])),
  ];
}

function family(head: LiveHead, values: readonly (readonly [labels: Labels, value: number])[]): MetricFamily {
  const points = values.map(([labels, value]): GaugePoint => ({ labels, lineStart: lineStarts(head.name, Object.keys(labels))(Object.values(labels)), value }));
  return new LiveFamily(head, NO_LABELS, { points }) as unknown as MetricFamily;
}
