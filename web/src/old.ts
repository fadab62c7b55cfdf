/**
 * What old browsers lack of the language, for this client and what it is built of. Imported before everything else.
 * The floor, and what else is done for it: docs/decisions/0014.
 */

function lend(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true })
}

// Chrome 92, Safari 15.4
lend(Array.prototype, 'at', function <T>(this: T[], index: number): T | undefined {
  const whole = Math.trunc(index) || 0
  return this[whole < 0 ? this.length + whole : whole]
})

// Chrome 85
lend(String.prototype, 'replaceAll', function (this: string, search: string | RegExp, to: string) {
  return search instanceof RegExp ? this.replace(search, to) : this.split(search).join(to)
})

// Chrome 86, Safari 14
lend(Element.prototype, 'replaceChildren', function (this: Element, ...nodes: (Node | string)[]) {
  while (this.lastChild) this.lastChild.remove()
  this.append(...nodes)
})

// Chrome 140, Firefox 133, Safari 18.2: what finds the other viewers counts on both.
lend(Uint8Array.prototype, 'toHex', function (this: Uint8Array) {
  return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('')
})
lend(Uint8Array, 'fromHex', (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16)))
