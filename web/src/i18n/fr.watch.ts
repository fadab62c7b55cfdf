export { default as embed } from './fr/embed.json'
export { default as player } from './fr/player.json'
export { default as sharing } from './fr/sharing.json'
export { default as watch } from './fr/watch.json'
