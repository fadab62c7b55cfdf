import type { Notification } from '../api/types'
import { t, type Key } from '../i18n/index.svelte'
import { session } from '../state/session.svelte'

/** What a notification tells, by the server's numbers. */
export const NewsType = {
  newVideo: 1,
  comment: 2,
  reported: 3,
  hidden: 4,
  shown: 5,
  published: 6,
  account: 9,
  follower: 10,
  mention: 11,
  held: 12,
  decided: 15,
  message: 16,
  registration: 20,
  invited: 23,
  invitationAccepted: 24,
  invitationRefused: 25,
  joinAsked: 1001,
  joinAccepted: 1002,
  joinRefused: 1003,
  offered: 1004,
  offerAccepted: 1005,
  offerRefused: 1006,
  warned: 1007,
} as const satisfies Record<string, Notification['type']>

/** A notification as a line of the page: what it says, where it leads, whose picture stands beside it. */
export interface News {
  text: string
  href: string
  actor: Notification['account']
}

const local = (one: { name: string; host: string }) => (one.host === location.host ? one.name : `${one.name}@${one.host}`)

/** `null` for what this interface does not know. */
export function news(one: Notification): News | null {
  const say = (key: Key, href: string, actor: News['actor'], params: Record<string, string> = {}): News => ({ text: t(key, params), href, actor })
  const name = one.account?.displayName ?? ''
  const group = one.group?.displayName ?? ''
  switch (one.type) {
    case NewsType.newVideo:
    case NewsType.published:
    case NewsType.shown: {
      if (!one.video) return null
      const { channel, shortUUID, name: video } = one.video
      const key = one.type === NewsType.newVideo ? 'news.newVideo' : one.type === NewsType.shown ? 'news.shown' : 'news.published'
      return say(key, `/w/${shortUUID}`, channel, { group: channel.displayName, video })
    }
    case NewsType.held:
      return one.videoBlacklist ? say('news.held', '/admin/hidden', undefined, { video: one.videoBlacklist.video.name }) : null
    case NewsType.offered:
    case NewsType.offerAccepted:
    case NewsType.offerRefused: {
      if (!one.video) return null
      const key = one.type === NewsType.offered ? 'news.offered' : one.type === NewsType.offerAccepted ? 'news.offerAccepted' : 'news.offerRefused'
      return say(key, one.type === NewsType.offerAccepted ? `/w/${one.video.shortUUID}` : '/my/videos', one.account, { name, video: one.video.name })
    }
    case NewsType.comment:
    case NewsType.mention: {
      if (!one.comment) return null
      const { account, video, id, heldForReview } = one.comment
      const key = one.type === NewsType.mention ? 'news.mention' : heldForReview ? 'news.commentHeld' : 'news.comment'
      return say(key, `/w/${video.shortUUID}#comment-${id}`, account, { name: account.displayName, video: video.name })
    }
    case NewsType.hidden: {
      if (!one.videoBlacklist) return null
      const { shortUUID, name: video } = one.videoBlacklist.video
      return say('news.hidden', `/w/${shortUUID}`, undefined, { video })
    }
    case NewsType.reported:
    case NewsType.decided:
    case NewsType.message:
      return one.abuse ? ofReport(one.type, one.abuse, say) : null
    case NewsType.follower: {
      if (!one.actorFollow) return null
      const { follower, following } = one.actorFollow
      return say(following.type === 'account' ? 'news.followsYou' : 'news.followsGroup', `/a/${local(follower)}`, follower, { name: follower.displayName, group: following.displayName })
    }
    case NewsType.account:
      return one.account ? say('news.account', `/a/${local(one.account)}`, one.account, { name }) : null
    case NewsType.warned:
      return say('news.warned', '/my/reports', undefined)
    case NewsType.registration:
      return one.registration ? say('news.registration', '/admin/registrations', undefined, { name: `@${one.registration.username}` }) : null
    default:
      return one.group ? ofGroup(one, one.group, say, { name, group }) : null
  }
}

/** Of a report; those who look after the kiosk are led to where it is decided, others to what they have reported. */
function ofReport(type: number, { id, state, video, comment, account }: NonNullable<Notification['abuse']>, say: Say): News | null {
  const [page, mine] = [`/admin/reports?id=${id}`, '/my/reports']
  if (type === NewsType.reported) {
    if (video) return say('news.reportedVideo', page, undefined, { video: video.name })
    if (comment) return say('news.reportedComment', page, undefined, { video: comment.video.name })
    if (account) return say('news.reportedAccount', page, undefined, { name: account.displayName })
    // What it was about is gone.
    return say('news.reported', page, undefined, {})
  }
  if (type === NewsType.message) return say('news.reportMessage', session.staff ? page : mine, undefined, {})
  const key = state === ACCEPTED ? 'news.reportAccepted' : state === REJECTED ? 'news.reportRejected' : null
  return key && say(key, mine, undefined, {})
}
/** States of a report, by the server's numbers. */
const REJECTED = 2
const ACCEPTED = 3

type Say = (key: Key, href: string, actor: News['actor'], params: Record<string, string>) => News

function ofGroup(one: Notification, group: NonNullable<Notification['group']>, say: Say, words: Record<string, string>): News | null {
  const people = `/my/groups/${local(group)}`
  switch (one.type) {
    case NewsType.invited:
      return say('news.invited', '/my/settings?part=groups', group, words)
    case NewsType.invitationAccepted:
      return say('news.invitationAccepted', people, one.account ?? group, words)
    case NewsType.invitationRefused:
      return say('news.invitationRefused', people, one.account ?? group, words)
    case NewsType.joinAsked:
      return say('news.joinAsked', `${people}/requests`, one.account ?? group, words)
    case NewsType.joinAccepted:
      return say('news.joinAccepted', `/@${local(group)}`, group, words)
    case NewsType.joinRefused:
      return say('news.joinRefused', `/@${local(group)}`, group, words)
    default:
      return null
  }
}
