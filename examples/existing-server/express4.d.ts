// The alias of Express 4 has no types of its own; what the example uses of it is the same.
declare module 'express4' {
  export { default } from 'express';
}
