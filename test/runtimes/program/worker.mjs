import {runInPage} from './page.mjs';

onmessage = ({data}) =>
  runInPage(data).then(
    result => postMessage(result),
    error => postMessage({error: String(error?.stack ?? error)}),
  );
