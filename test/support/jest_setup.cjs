// The cpu backend greets with a long hint about tfjs-node on its first use in every test file; drop that one message.
const warn = console.warn.bind(console);
console.warn = (...args) => {
  if (typeof args[0] === 'string' && args[0].includes('running TensorFlow.js in Node.js')) return;
  warn(...args);
};
