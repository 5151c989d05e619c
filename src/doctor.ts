import './index.js';

export type {BackendDiagnosis, Diagnosis, Runtime, WebAssemblySupport} from './doctor/diagnosis.js';
export {doctor} from './doctor/doctor.js';
export type {DoctorOptions} from './doctor/doctor.js';
export {formatDiagnosis} from './doctor/format_diagnosis.js';
export type {Facts} from './registry/facts.js';
