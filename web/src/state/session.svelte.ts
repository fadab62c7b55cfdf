import { api, request, token, whenSignedOut } from '../api/client'
import { onTokensChanged, readTokens, writeTokens } from '../api/tokens'
import { Role, type Look, type Me } from '../api/types'
import { instance } from './instance.svelte'

/** Who is signed in here; `me` is null for a visitor. */
class Session {
  me = $state.raw<Me | null>(null)
  /** Groups that one may publish in, one's own first. */
  groups = $derived([...(this.me?.videoChannels ?? []), ...(this.me?.videoChannelCollaborations ?? [])])
  signedIn = $derived(this.me !== null)
  administrator = $derived(this.me?.role.id === Role.administrator)
  /** Looks after accounts and what is published. */
  staff = $derived(this.me !== null && this.me.role.id !== Role.user)
}

export const session = new Session()

/** How a film is shown to who reads: as they chose, the strictest for its kinds; for those who have not, as the kiosk does. */
export function lookAt(film: { nsfw: boolean; nsfwFlags: number }): Look {
  if (!film.nsfw) return 'display'
  const { me } = session
  const chosen = (kinds: number | undefined) => Boolean(film.nsfwFlags & (kinds ?? 0))
  if (chosen(me?.nsfwFlagsHidden)) return 'do_not_list'
  if (chosen(me?.nsfwFlagsBlurred)) return 'blur'
  if (chosen(me?.nsfwFlagsWarned)) return 'warn'
  if (chosen(me?.nsfwFlagsDisplayed)) return 'display'
  return me?.nsfwPolicy ?? instance.config?.instance.defaultNSFWPolicy ?? 'do_not_list'
}

/** Reads `/users/me` if there are tokens. A server that cannot be reached leaves the session as it is. */
export async function loadMe(): Promise<void> {
  session.me = readTokens() ? await api.get<Me>('/users/me').catch(() => session.me) : null
}

/** Signs in; `otp` is the code of the second step. Throws the server's refusal. */
export async function signIn(username: string, password: string, otp?: string): Promise<void> {
  await token({ grant_type: 'password', response_type: 'code', username, password }, otp)
  await loadMe()
}

/** Ends this session on the server and here; here also when the server cannot be reached. */
export async function signOut(): Promise<void> {
  await request('POST', '/users/revoke-token').catch(() => undefined)
  writeTokens(null)
  session.me = null
}

whenSignedOut(() => {
  session.me = null
})
if (typeof window !== 'undefined') {
  onTokensChanged((signedIn) => {
    if (signedIn) void loadMe()
    else session.me = null
  })
}
