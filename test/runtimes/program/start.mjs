// Runs in the page, and sends the result to the address in its query.
import {runInPage} from './page.mjs';

function inWorker(path, base) {
  const worker = new Worker(path, {type: 'module'});
  return new Promise((resolve, reject) => {
    worker.onmessage = ({data}) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
    worker.onerror = ({message}) => reject(new Error(`the worker failed: ${message}`));
    worker.postMessage(base);
  });
}

/** Sends the result of the checks, or why there is none; the answer may say which page comes next. */
export async function start() {
  const query = new URLSearchParams(location.search);
  const base = new URL('./', document.baseURI).href;
  const running = query.has('worker') ? inWorker(query.get('worker'), base) : runInPage(base);
  const result = await running.catch(error => ({error: String(error?.stack ?? error)}));
  const isolated = globalThis.crossOriginIsolated === true;
  const response = await fetch(query.get('report'), {method: 'POST', body: JSON.stringify({...result, isolated})});
  const next = await response.text();
  if (next !== '') location.href = next;
}
