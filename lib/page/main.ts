// The live page: asks, remembers, and shows a card for each family. Everything on it is drawn from the answers of the
// server that it came from; it knows no other address.

import { History } from '../live/history.ts';
import { Asking } from './asking.ts';
import { Card } from './card.ts';
import { now } from './clock.ts';
import { html } from './elements.ts';
import { frameOf } from './frame.ts';
import { Search } from './search.ts';
import { Status } from './status.ts';

/** Families beyond come when one scrolls there. */
const CARDS_AT_ONCE = 60;

const history = new History();
const cards = new Map<string, Card>();
const byElement = new WeakMap<Element, Card>();
let cursorMs: number | undefined;
/** Points in time that the server states are by its clock. */
let skewMs = 0;
let shownCards = CARDS_AT_ONCE;
let isDue = false;
let isPaused = false;

const main = document.querySelector('main')!;
const end = html('p', { class: 'end' });
const status = new Status();
const search = new Search(() => {
  shownCards = CARDS_AT_ONCE;
  draw();
});
const pause = html('button', { type: 'button', 'aria-pressed': 'false', title: 'Key: p' }, 'Pause');
document.querySelector('nav')!.append(search.element, pause);
document.querySelector('nav')!.before(status.element);
main.replaceChildren();
main.after(end);

// Behind a proxy the page has a prefix, and the metrics have the same; its address may lack the slash at the end.
const metrics = document.querySelector<HTMLAnchorElement>('a[data-metrics]')!;
metrics.href = location.origin + location.pathname.replace(/\/*$/, '') + metrics.dataset['metrics']!;

const asking: Asking = new Asking(
  metrics.href,
  (answer) => {
    history.add(answer.families, answer.atMs);
    skewMs = answer.skewMs;
    status.succeeded(answer, history, asking.intervalMs);
    draw();
  },
  (reason) => {
    history.miss();
    status.failed(reason);
  },
);

const visible = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const card = byElement.get(target);
    if (card === undefined) {
      if (isIntersecting && shownCards < history.families.length) {
        shownCards += CARDS_AT_ONCE;
        draw();
      }
      continue;
    }
    card.isVisible = isIntersecting;
    card.reveal();
  }
}, { rootMargin: '300px' });
visible.observe(end);

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentBoxSize } of entries) {
    const card = byElement.get(target);
    card?.resize(Math.floor(contentBoxSize[0]!.inlineSize));
    card?.reveal();
  }
});

function draw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    drawNow();
  });
}

function drawNow(): void {
  const frame = frameOf(history, cursorMs, asking.intervalMs);
  const nowMs = (frame.times[frame.index] ?? now()) + skewMs;
  const found = history.families.map((family) => ({ family, series: search.filter(family) })).filter(({ series }) => series !== undefined);
  for (const name of cards.keys()) if (history.family(name) === undefined) cards.delete(name);
  const wanted: Card[] = [];
  for (const { family, series } of found.slice(0, shownCards)) {
    const card = cardOf(family.name, family.type);
    wanted.push(card);
    card.update({ frame, nowMs, series: series! });
  }
  place(wanted);
  end.textContent = history.times.length === 0 ? '' : found.length === 0 ? (search.isEmpty ? 'The server has no metrics yet.' : 'Nothing is called like that.') : '';
}

function cardOf(name: string, type: string): Card {
  let card = cards.get(name);
  const family = history.family(name)!;
  // One that was away for long, or has another type, is another.
  if (card === undefined || card.family !== family || card.family.type !== type) {
    if (card !== undefined) remove(card);
    card = new Card(family, (ms) => {
      if (ms === cursorMs) return;
      cursorMs = ms;
      draw();
    });
    cards.set(name, card);
    byElement.set(card.element, card);
  }
  return card;
}

function remove(card: Card): void {
  visible.unobserve(card.element);
  sizes.unobserve(card.element);
  card.element.remove();
}

/** Puts the cards where they belong, and moves none that is there already: the focus stays where it is. */
function place(wanted: readonly Card[]): void {
  const kept = new Set(wanted);
  for (const element of [...main.children]) {
    const card = byElement.get(element)!;
    if (!kept.has(card)) remove(card);
  }
  wanted.forEach((card, i) => {
    if (main.children[i] === card.element) return;
    main.insertBefore(card.element, main.children[i] ?? null);
    visible.observe(card.element);
    sizes.observe(card.element);
  });
}

function togglePause(): void {
  isPaused = !isPaused;
  pause.setAttribute('aria-pressed', String(isPaused));
  pause.textContent = isPaused ? 'Resume' : 'Pause';
  asking.paused = isPaused;
  status.paused = isPaused;
}
pause.addEventListener('click', togglePause);

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
  if (event.key === '/') {
    event.preventDefault();
    search.focus();
  } else if (event.key === 'p') togglePause();
});
