/** How far from the screen something counts as seen, so that it is drawn before it is there. */
const NEAR = '200px';

/** What is too far from the screen to be drawn, and what is to be drawn when it comes near. */
const away = new WeakSet<Element>();
const waiting = new Map<Element, () => void>();

const observer = new IntersectionObserver(
  entries => {
    for (const {target, isIntersecting} of entries) {
      if (isIntersecting) {
        away.delete(target);
        waiting.get(target)?.();
        waiting.delete(target);
      } else {
        away.add(target);
      }
    }
  },
  {rootMargin: NEAR},
);

/** Paper has all of the page on it. */
addEventListener('beforeprint', () => {
  for (const draw of waiting.values()) draw();
  waiting.clear();
});

/** Watches an element until the function that is returned is called. */
export function watch(element: Element): () => void {
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    waiting.delete(element);
  };
}

/** Draws a watched element now, or else, once, when it comes near the screen. */
export function drawWhenSeen(element: Element, draw: () => void): void {
  if (away.has(element)) {
    waiting.set(element, draw);
  } else {
    waiting.delete(element);
    draw();
  }
}
