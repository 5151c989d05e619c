module.exports = require('../../../node_modules/@tensorflow/tfjs');
