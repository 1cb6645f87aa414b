// The protobuf format, which carries native histograms and times of creation. Runs in any JavaScript engine.

export { protobuf } from './formats/protobuf.ts';
