import type * as PT from '@peertube/peertube-types'
import { expectTypeOf, test } from 'vitest'
import type * as API from '../src/api/schema'
import type { Differences, IsAny } from './differences'

/**
 * Clients of PeerTube are written against its types: whatever we answer must satisfy them. `npm run check` compares each
 * model that both have, ours as it was made from the Rust code. A deliberate difference stands here with its reason;
 * one that is not there, or one that is no more, is an error.
 *
 * Null is not compared: PeerTube compiles without `strictNullChecks`, so its types do not say where it answers null. The
 * tests in tests/it compare that with recorded answers.
 */
type Reasons<D extends string> = [D] extends [never] ? Record<string, never> : Record<D, string>
const satisfies = <Ours, Theirs>(reasons: IsAny<Theirs> extends true ? 'these types cannot be read' : Reasons<Differences<Ours, Theirs>>) => reasons

test('videos', () => {
  satisfies<API.VideoItem, PT.Video>({})
  satisfies<API.VideoDetails, PT.VideoDetails>({})
  satisfies<API.VideoList, PT.ResultList<PT.Video>>({ 'total may be missing': 'left out where `skipCount` is asked, as PeerTube does' })
  satisfies<API.VideoFile, PT.VideoFile>({})
  satisfies<API.VideoStreamingPlaylist, PT.VideoStreamingPlaylist>({})
  satisfies<API.VideoSource, PT.VideoSource>({})
  satisfies<API.VideoFileMetadata, PT.VideoFileMetadata>({})
  satisfies<API.ScheduledUpdate, PT.VideoScheduleUpdate>({})
  satisfies<API.PrivacyLabel, PT.ConstantLabel<PT.VideoPrivacyType>>({})
  satisfies<API.StateLabel, PT.ConstantLabel<PT.VideoStateType>>({})
  satisfies<API.ThumbnailJson, PT.Thumbnail>({})
  satisfies<API.VideosOverview, PT.VideosOverview>({})
})

test('what belongs to a video', () => {
  satisfies<API.List<API.VideoCaption>, PT.ResultList<PT.VideoCaption>>({})
  satisfies<API.ChapterList['chapters'], PT.VideoChapter[]>({})
  satisfies<API.Storyboards['storyboards'], PT.Storyboard[]>({})
  satisfies<API.List<API.VideoPassword>, PT.ResultList<PT.VideoPassword>>({})
  satisfies<API.VideoToken, PT.VideoToken>({})
  satisfies<API.Uploaded['video'], PT.VideoCreateResult>({})
  satisfies<API.List<API.VideoChangeOwnership>, PT.ResultList<PT.VideoChangeOwnership>>({})
  satisfies<API.UserVideoRate, PT.UserVideoRate>({})
  satisfies<API.VideoCommentThreads, PT.VideoCommentThreads>({})
  // Trees are of trees: what they bear is compared.
  satisfies<API.VideoCommentThreadTree['comment'], PT.VideoComment>({})
  satisfies<API.List<API.VideoCommentForAdminOrUser>, PT.ResultList<PT.VideoCommentForAdminOrUser>>({})
})

test('keeping order', () => {
  const reported = {
    'data[].video.thumbnails is missing': 'thumbnailPath is enough for a table',
    'data[].video.shortUUID is missing': 'the long one leads there too',
    'data[].video.countReports may be missing': 'only moderators are told',
    'data[].video.nthReport may be missing': 'only moderators are told',
  } as const
  satisfies<API.List<API.AdminAbuse>, PT.ResultList<PT.AdminAbuse>>(reported)
  satisfies<API.List<API.UserAbuse>, PT.ResultList<PT.UserAbuse>>(reported)
  satisfies<API.List<API.AbuseMessage>, PT.ResultList<PT.AbuseMessage>>({})
  satisfies<API.List<API.VideoBlacklist>, PT.ResultList<PT.VideoBlacklist>>({})
})

test('playlists', () => {
  satisfies<API.VideoPlaylist, PT.VideoPlaylist>({})
  satisfies<API.List<API.VideoPlaylist>, PT.ResultList<PT.VideoPlaylist>>({})
  satisfies<API.List<API.VideoPlaylistElement>, PT.ResultList<PT.VideoPlaylistElement>>({})
  satisfies<API.VideoPlaylistCreateResult, PT.VideoPlaylistCreateResult>({})
  satisfies<API.VideoExistInPlaylist, PT.VideoExistInPlaylist>({})
})

test('people and groups', () => {
  satisfies<API.Account, PT.Account>({})
  satisfies<API.ActorSummary, PT.AccountSummary>({})
  satisfies<API.ActorImage, PT.ActorImage>({})
  satisfies<API.VideoChannel, PT.VideoChannel>({})
  satisfies<API.ActorSummary, PT.VideoChannelSummary>({})
  satisfies<API.List<API.VideoChannel>, PT.ResultList<PT.VideoChannel>>({})
  satisfies<API.List<API.Account>, PT.ResultList<PT.Account>>({})
  satisfies<API.List<API.ActorFollow>, PT.ResultList<PT.ActorFollow>>({})
  satisfies<API.ScopedToken, PT.ScopedToken>({})
  satisfies<API.User, PT.User>({})
  satisfies<API.MyUser, PT.MyUser>({})
  satisfies<API.List<API.User>, PT.ResultList<PT.User>>({})
  satisfies<API.QuotaUsed, PT.UserVideoQuota>({})
  satisfies<API.List<API.UserRegistration>, PT.ResultList<PT.UserRegistration>>({})
  satisfies<API.List<API.VideoChannelCollaborator>, PT.ResultList<PT.VideoChannelCollaborator>>({})
  satisfies<API.UserNotificationSetting, PT.UserNotificationSetting>({})
  const NO_AVATAR = 'left out where there is no picture, as PeerTube does'
  satisfies<API.List<API.UserNotification>, PT.ResultList<PT.UserNotification>>({
    'data[].account.avatar may be missing': NO_AVATAR,
    'data[].abuse.account.avatar may be missing': NO_AVATAR,
    'data[].video.channel.avatar may be missing': NO_AVATAR,
    'data[].comment.account.avatar may be missing': NO_AVATAR,
    'data[].actorFollow.follower.avatar may be missing': NO_AVATAR,
    'data[].videoChannelCollaborator.account.avatar may be missing': NO_AVATAR,
    'data[].videoChannelCollaborator.channel.avatar may be missing': NO_AVATAR,
    'data[].videoChannelCollaborator.channelOwner.avatar may be missing': NO_AVATAR,
    'data[].type is of another type': 'those above a thousand are ours',
  })
})

test('signing in', () => {
  satisfies<API.OauthClientLocal, PT.OAuthClientLocal>({})
  satisfies<API.TokenAnswer, PT.UserLogin>({})
  satisfies<API.List<API.TokenSession>, PT.ResultList<PT.TokenSession>>({})
  satisfies<API.TwoFactorEnableResult, PT.TwoFactorEnableResult>({})
})

test('the instance', () => {
  satisfies<API.ServerConfig, PT.ServerConfig>({})
  satisfies<API.About, PT.About>({})
  satisfies<API.CustomConfig, PT.CustomConfig>({})
  satisfies<API.CustomPage, PT.CustomPage>({})
  satisfies<API.ServerStats, PT.ServerStats>({})
  satisfies<API.List<API.Job>, PT.ResultList<PT.Job>>({
    'data[].state is of another type': '`cancelled` is ours: PeerTube cannot cancel its work',
    'data[].type is of another type': 'our work has names of its own',
  })
  satisfies<API.Problem, PT.PeerTubeProblemDocument>({
    'title may be missing': 'left out beside a code, as PeerTube does',
    'code is of another type': 'beside PeerTube’s codes there are ours, as `disk_full`',
    'status is of another type': 'PeerTube lists the statuses that HTTP has',
  })
})

test('differences are found', () => {
  interface Theirs {
    id: number
    when: Date
    label?: { id: 1 | 2 }
    list: { name: string }[]
    anything: ReturnType<typeof JSON.parse>
  }
  expectTypeOf<Differences<{ id: number; when: string | null; list: { name: string }[]; more: 1; anything: 0 }, Theirs>>().toEqualTypeOf<never>()
  expectTypeOf<Differences<{ id: number; when: string; list: never[]; anything: 0 }, Theirs>>().toEqualTypeOf<never>()
  expectTypeOf<Differences<{ id?: number; when: number; label: { id: number }; list: { name?: 1 }[]; anything: 0 }, Theirs>>().toEqualTypeOf<
    'id may be missing' | 'when is of another type' | 'label.id is of another type' | 'list[].name may be missing' | 'list[].name is of another type'
  >()
  expectTypeOf<Differences<{ id: string; when: string; list: string }, Theirs>>().toEqualTypeOf<'id is of another type' | 'list is no list' | 'anything is missing'>()
})
