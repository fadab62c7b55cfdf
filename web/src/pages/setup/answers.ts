import type { Key } from '../../i18n/index.svelte'

export interface Answers {
  name: string
  username: string
  email: string
  password: string
  publicUrl: string
}

/** What is wrong with an answer, as the key of a sentence. The server checks again. */
export function check(field: keyof Answers, value: string): Key | undefined {
  switch (field) {
    case 'name':
      return value.trim().length >= 1 && value.trim().length <= 80 ? undefined : 'setup.nameShort'
    case 'username':
      return /^[a-z0-9_.]*[a-z0-9][a-z0-9_.]*$/.test(value) && value.length <= 50 ? undefined : 'setup.usernameBad'
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()) ? undefined : 'setup.emailBad'
    case 'password':
      return [...value].length >= 8 ? undefined : 'setup.passwordBad'
    case 'publicUrl':
      return address(value) ? undefined : 'setup.addressBad'
  }
}

function address(value: string): boolean {
  try {
    const url = new URL(value)
    return /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username
  } catch {
    return false
  }
}
