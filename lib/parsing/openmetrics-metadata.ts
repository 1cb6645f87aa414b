// What OpenMetrics says of a family before its samples, and the rules for it that both versions have. "MetricFamily
// metadata", "Unit".

import type { MetricType } from '../core/model.ts';
import type { Line } from './line.ts';
import { ROLES } from './openmetrics-types.ts';
import { quote } from './parse-error.ts';
import type { Scanner } from './scanner.ts';

/** The metadata of a family as far as they are known. */
export interface MetadataDraft {
  type: MetricType | undefined;
  unit: string | undefined;
  help: string | undefined;
}

/** Metadata without the type, as they stand in a family of the model. */
export interface Metadata {
  readonly help: string;
  readonly unit?: string;
}

/**
 * Takes a line of metadata.
 *
 * @param hasSamples - Whether samples of the family have come already.
 * @param isUnitSuffix - Whether the name has to end in the unit, as in OpenMetrics 1.0.
 */
export function addMetadata(family: MetadataDraft, kind: 'help' | 'type' | 'unit', line: Line, hasSamples: boolean, isUnitSuffix: boolean, scanner: Scanner): void {
  const { name, nameAt, text, textAt } = line;
  const subject = `# ${kind.toUpperCase()} ${quote(name)}`;
  if (hasSamples) scanner.fail(`${subject}: expected it before the samples of the family, got it after`, nameAt);
  if (family[kind] !== undefined) scanner.fail(`${subject}: expected one for each family, got a second`, nameAt);

  if (kind === 'type') {
    if (!Object.hasOwn(ROLES, text)) {
      scanner.fail(`${subject}: expected ${Object.keys(ROLES).join(', ')}, got ${text === '' ? 'the end of the line' : quote(text)}`, textAt);
    }
    family.type = text as MetricType;
  } else if (kind === 'unit') {
    if (!/^[a-zA-Z0-9_:]*$/.test(text)) scanner.fail(`${subject}: expected a unit of letters, digits, "_" and ":", got ${quote(text)}`, textAt);
    if (isUnitSuffix && text !== '' && !name.endsWith(`_${text}`)) {
      scanner.fail(`${subject}: expected a name that ends in ${quote(`_${text}`)}, got ${quote(name)}`, nameAt);
    }
    family.unit = text;
  } else {
    family.help = text;
  }
  if ((family.type === 'info' || family.type === 'stateset') && family.unit) {
    scanner.fail(`${subject}: expected no unit, which ${family.type} cannot have, got ${quote(family.unit)}`, textAt);
  }
}

/** The metadata in the end; what is empty is as if it were not there. */
export function metadataOf({ help, unit }: MetadataDraft): Metadata {
  return { help: help ?? '', ...(unit ? { unit } : {}) };
}
