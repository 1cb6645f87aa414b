// OpenMetrics 2.0, which is experimental. Runs in any JavaScript engine.

export { openMetrics2 } from './formats/openmetrics2.ts';
