import '@fontsource-variable/inter/wght.css';
import {render} from 'preact';
import {startPictures} from './conv/picture.js';
import {startBackend, useBackend} from './conv/backends.js';
import {startStore} from './store.js';
import './style/page.css';
import './style/controls.css';
import './style/figures.css';
import {useLanguage} from './text/text.js';
import {App} from './view/app.js';
import {Guarded} from './view/guarded.js';
import {startTheme} from './view/theme.js';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no place for the application');
startTheme();
// English is there where Chinese cannot be loaded.
if (navigator.language.startsWith('zh')) await useLanguage('zh').catch(() => undefined);
render(
  <Guarded>
    <App />
  </Guarded>,
  root,
);
await startBackend('cpu');
await useBackend('cpu');
startPictures();
startStore();
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  void navigator.serviceWorker.register('./service_worker.js').catch(() => undefined);
}
