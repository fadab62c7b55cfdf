import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** What tells how a page is at the moment: it may be another the next. */
const READS = '/^(innerText|allInnerTexts|textContent|allTextContents|innerHTML|inputValue|getAttribute|count|all|boundingBox|title|content|isVisible|isHidden|isChecked|isEnabled|isDisabled|isEditable)$/'
const ASKED_AGAIN = 'CallExpression[callee.property.name="poll"] *'

/** A page changes some time after the click: a test that reads it once fails on a busy machine, now and then. */
const WAITING = [
  {
    // Letters are waited for by their server.
    selector: `CallExpression[callee.name="expect"] AwaitExpression:not([argument.callee.object.name="letters"])`,
    message: 'Reads once. Use `await expect.poll(() => …)`; what is final (an answer by fetch) goes into a variable first.',
  },
  { selector: 'CallExpression[callee.name="expect"] CallExpression[callee.property.name="url"]', message: 'Reads once. Use `await page.waitForURL(…)` or `await expect.poll(() => page.url())`.' },
  {
    selector: `AwaitExpression:not(${ASKED_AGAIN}) > CallExpression[callee.object.name!="Promise"][callee.property.name=${READS}]`,
    message: 'Reads once. Use `expect.poll`, or `filled` and `still` of browser.ts for what the test goes on with.',
  },
  { selector: 'CallExpression[callee.property.name="waitForTimeout"], CallExpression[callee.name="setTimeout"]', message: 'Wait for a condition, not for a time.' },
  { selector: 'CallExpression[callee.property.name="newContext"]', message: 'Use `open` of browser.ts: its pages can be made slow.' },
  { selector: 'CallExpression[callee.property.name="reload"]', message: 'Use `reload` of browser.ts, which waits for the client.' },
]

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'test-results/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      // The router is ours: links are plain links.
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['tests/**/*.spec.ts'], rules: { 'no-restricted-syntax': ['error', ...WAITING] } },
  { rules: { '@typescript-eslint/no-dynamic-delete': 'off', eqeqeq: 'error', 'no-console': 'error' } },
)
