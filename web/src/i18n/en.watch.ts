export { default as embed } from './en/embed.json'
export { default as player } from './en/player.json'
export { default as sharing } from './en/sharing.json'
export { default as watch } from './en/watch.json'
