export { TimeMachine } from "./time-machine.tsx";
