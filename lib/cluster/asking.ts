// Asks another member: to get ready, and to tell, at a word, what there is.

import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { MetricError, show } from '../core/errors.ts';
import { FRAME, FrameReader, VERSION, frame, jsonFrame, malformed, objectIn } from './wire.ts';
import type { Frame } from './wire.ts';
import { ToldReader } from './told.ts';
import type { Told } from './told.ts';

export interface Question {
  readonly path: string;
  readonly id: string;
  /** How long the member may take to get ready. */
  readonly limitMs: number;
  /** Of what it told before: if it is the same still, only values are told. */
  readonly known: Told | undefined;
}

/** One member that is being asked. Its promises never reject. */
export class Asked {
  /** Resolves when the member has said anything, or never will. */
  readonly heard: Promise<void>;
  isHeard = false;
  /** Resolves when it is ready, or never will be. */
  readonly ready: Promise<void>;
  isReady = false;
  /** Resolves when it has told what there is, or never will. */
  readonly told: Promise<void>;
  /** What it told. */
  answer: Told | undefined;
  /** Whether it could be connected to. */
  isConnected = false;
  /** Why it could not, or what was wrong with what it said. */
  error: unknown;
  private readonly socket: Socket;
  private readonly question: Question;
  private readonly reader = new ToldReader();
  private isOver = false;
  private hears: () => void = () => {};
  private becomesReady: () => void = () => {};
  private tells: () => void = () => {};

  constructor(question: Question) {
    this.question = question;
    this.heard = new Promise((resolve) => (this.hears = resolve));
    this.ready = new Promise((resolve) => (this.becomesReady = resolve));
    this.told = new Promise((resolve) => (this.tells = resolve));
    const frames = new FrameReader();
    this.socket = connect(question.path, () => {
      this.isConnected = true;
      this.socket.write(jsonFrame(FRAME.hello, { version: VERSION, limitMs: question.limitMs, shapeId: question.known?.shapeId }));
    });
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('closed the connection before it had told anything')));
    this.socket.on('data', (chunk) => {
      try {
        for (const next of frames.push(chunk)) this.take(next);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Has it tell now. */
  tell(): void {
    this.socket.write(frame(FRAME.now));
  }

  close(): void {
    this.isOver = true;
    this.fail(undefined);
  }

  private take(next: Frame): void {
    this.isHeard = true;
    this.hears();
    if (next.type === FRAME.hello) return;
    const isWord = next.type === FRAME.refused || next.type === FRAME.ready;
    if (isWord) return this.listen(next.type === FRAME.ready, objectIn(next));
    const told = this.reader.take(next);
    if (told === undefined) return;
    const { id, known } = this.question;
    if (told.id !== id) throw malformed(`the words of ${id}`);
    const isKnown = told.shape.length === 0 && told.shapeId === known?.shapeId;
    this.answer = isKnown ? { ...told, shape: known.shape } : told;
    this.close();
  }

  private listen(isReady: boolean, { version, message }: Readonly<Record<string, unknown>>): void {
    if (version !== VERSION) throw refusal(`it has the version ${show(version)} of promlet's groups, and this member ${VERSION}; all need the same`);
    if (!isReady) throw refusal(String(message));
    this.isReady = true;
    this.becomesReady();
  }

  private fail(error: unknown): void {
    if (!this.isOver) this.error ??= error;
    this.socket.destroy();
    this.hears();
    this.becomesReady();
    this.tells();
  }
}

function refusal(reason: string): MetricError {
  return new MetricError('ERR_GROUP', `it refuses to answer: ${reason}`);
}
