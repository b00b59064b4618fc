export { ProductLab } from "./lab.tsx";
