import {useEffect} from 'preact/hooks';
import {isBusy} from '../busy.js';
import {readFile} from '../conv/picture.js';
import {impossible, problem} from '../store.js';
import {text} from '../text/text.js';
import {Controls, isOver} from './controls.js';
import {Guarded} from './guarded.js';
import {Header} from './header.js';
import {Lesson, Lessons} from './lessons.js';
import {Panels} from './panels.js';
import {AtPosition} from './position.js';
import {Stage} from './stage.js';

/** Pictures may be dropped anywhere. */
function useDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = true;
    };
    const leave = (): void => {
      isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      isOver.value = false;
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void readFile(file);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
}

export function App() {
  useDrop();
  const said = impossible.value || problem.value;
  return (
    <div class={isOver.value ? 'app over' : 'app'} data-busy={isBusy}>
      <Header />
      <Lessons />
      <main id="main" tabIndex={-1}>
        <Lesson />
        <p role="alert" class={said === '' ? 'problem none' : 'problem'}>
          {said}
        </p>
        <Guarded>
          <Stage />
        </Guarded>
        <Guarded>
          <AtPosition />
        </Guarded>
        <Guarded>
          <Controls />
        </Guarded>
        <Panels />
      </main>
      <footer>
        <p>{text.value.offline}</p>
      </footer>
    </div>
  );
}
