/** Viewers help each other: what is shared, in figures, and how the peer-to-peer loader is set up. */

import type { CoreConfig } from 'p2p-media-loader-core'
import { integrityCheck } from './integrity'

/** What was exchanged since the film was opened. Bytes. */
export interface Sharing {
  /** Other viewers that are connected now. */
  people: number
  fromPeople: number
  fromServer: number
  toPeople: number
}

/** Nothing exchanged yet. */
export const NOTHING_SHARED: Sharing = { people: 0, fromPeople: 0, fromServer: 0, toPeople: 0 }

/** The share of what came that other viewers sent, 0 to 1. */
export function shareFromPeople(sharing: Sharing): number {
  const all = sharing.fromPeople + sharing.fromServer
  return all > 0 ? sharing.fromPeople / all : 0
}

/** What sharing needs to know of a film. */
export interface SharingOptions {
  uuid: string
  trackers: string[]
  sha256Url: string
  /** Servers that tell a browser its own address; without them viewers find each other on one network only. */
  stunServers: string[]
  /** Send to others too, or only receive. */
  mayUpload: boolean
}

/**
 * Whether this browser can share this film: it needs WebRTC, a tracker, and the sums to check what others send
 * (`crypto.subtle` exists only on https and on the machine itself).
 */
export function canShare(trackers: readonly string[], sha256Url: string | null): sha256Url is string {
  return trackers.length > 0 && sha256Url !== null && 'RTCPeerConnection' in window && crypto.subtle !== undefined
}

/** Memory for pieces to hand on, in MiB: little on small devices. */
function memory(): number {
  const gigabytes = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 4
  return gigabytes <= 2 ? 64 : 256
}

/** The set-up of the loader. The swarm is the video's: its playlists change their names while it is encoded. */
export function sharingConfig(options: SharingOptions): CoreConfig {
  const check = integrityCheck(options.sha256Url)
  return {
    swarmId: options.uuid,
    announceTrackers: options.trackers,
    rtcConfig: { iceServers: options.stunServers.map((urls) => ({ urls })) },
    segmentMemoryStorageLimit: memory(),
    isP2PUploadDisabled: !options.mayUpload,
    // From the server only what is needed soon; the rest may come from others.
    highDemandTimeWindow: 12,
    httpDownloadTimeWindow: 60,
    p2pDownloadTimeWindow: 300,
    validateP2PSegment: (url, range, data) => check(url, range?.start, data),
  }
}
