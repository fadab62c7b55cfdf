import { api } from '../api/client'
import type { Push } from '../api/types'

/** Why this browser cannot be told while no page is open: none can where pages come without encryption, and some cannot at all. */
export function hindrance(): 'plain' | 'unable' | null {
  if (!window.isSecureContext) return 'plain'
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window ? null : 'unable'
}

/** Whether the reader has forbidden it in the browser. */
export const isForbidden = (): boolean => Notification.permission === 'denied'

const subscription = async () => (await navigator.serviceWorker.getRegistration('/sw.js'))?.pushManager.getSubscription() ?? null

/** Whether this browser is told: it and the server must say so. */
export async function isTold(push: Push): Promise<boolean> {
  return push.endpoint !== null && hindrance() === null && (await subscription())?.endpoint === push.endpoint
}

/** Has this browser told. False when the reader, or the browser's maker, does not want it. */
export async function tellHere(push: Push): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null)
  if (!registration) return false
  await navigator.serviceWorker.ready
  // It may stand for somebody else, or for another key.
  await (await registration.pushManager.getSubscription())?.unsubscribe()
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: push.publicKey }).catch(() => null)
  if (!made) return false
  await api.put('/users/me/push/device', made.toJSON())
  return true
}

/** Has this browser told no more. */
export async function tellNoMore(): Promise<void> {
  await api.delete('/users/me/push/device')
  await (await subscription())?.unsubscribe()
}
