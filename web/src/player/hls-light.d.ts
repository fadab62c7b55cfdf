/** hls.js ships no types for its light build; it has the same face. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
  export * from 'hls.js'
}
