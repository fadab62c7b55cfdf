import type * as Schema from './schema'

/**
 * The answers of `/api/v1` under the words of the pages. What they hold is said once, in schema.ts, which is made from the
 * server's code; where more is said here, the reason stands beside it.
 */
export type {
  About, Account, AccountBlock, ActorImage, ActorSummary, AddressCheck, BlockedBy, BlockOrder, BlockStatus, ChapterList, Deletion, ElementMade, EncoderTest, Entered, Finding, GroupLogEntry, HandedLink, Health, Heap, HomeBlock, HomeBlockShown, HomePage,
  Invitation, JobsPause, Joining, JoinRequest, Level, List, LookPreview, Machine, Member, MemberRole, Membership, ModerationLogEntry, ModeratorWarning, NotificationLetters, OpenInvitation, PlaylistMade, Profile, Progress, Push, QuotaUsed, RecoveryCodes,
  RecoveryCodesLeft, RenditionProgress, ScopedToken, ServerBlock, ServerConfig, SetupState, Spare, Storyboards, Suggestion, Suggestions, TestLetter, TokenAnswer, TokenSession, Upload, Uploaded, UploadRoom, User, VideoFile, VideoItem, VideoList,
  VideoPassword, VideoSource, VideoToken, Website,
} from './schema'
/** What choosing among the sizes of a picture takes. */
export type Picture = Pick<Schema.ActorImage, 'width' | 'path'>

export type OAuthClient = Schema.OauthClientLocal
export type TwoFactorRequest = Schema.TwoFactorEnableResult
export type Me = Schema.MyUser
export type Registration = Schema.UserRegistration

/** PeerTube's channel. */
export type Group = Schema.VideoChannel
export type GroupWithPeople = Schema.Group
/** Somebody who follows a group; see `/video-channels/{handle}/followers`. */
export type Follow = Schema.ActorFollow

export type Video = Schema.VideoDetails
export type Caption = Schema.VideoCaption
export type Chapter = Schema.VideoChapter
export type Rating = Schema.VideoRateType
export type RatingOf = Schema.UserVideoRate
export type VideoMade = Schema.VideoCreateResult
export type Replacement = Schema.VideoReplacementAnswer
export type Offer = Schema.VideoChangeOwnership
export type OfferOf = Schema.VideoOwnershipOffer
/** What a list says of its videos where more is asked for than anybody may know, and in one's own. */
type Whole<K extends keyof Schema.More> = Schema.VideoItem & Required<Pick<Schema.More, K>>
/** A video as the staff lists it: with `include`. */
export type StaffVideo = Whole<'blacklisted' | 'state' | 'files' | 'streamingPlaylists'>
/** An item of `/users/me/videos`. */
export type MyVideo = Whole<'blacklisted' | 'state' | 'waitTranscoding' | 'progress' | 'sizeOnDisk'>

export type Playlist = Schema.VideoPlaylist
export type PlaylistElement = Schema.VideoPlaylistElement
/** In which playlist a video is, and as what: also of one that it was put in just now. */
export type HeldIn = Pick<Schema.VideoExistInPlaylist, 'playlistId' | 'playlistElementId'>

export type Comment = Schema.VideoComment
export type CommentMade = Schema.VideoCommentMade
export type CommentTree = Schema.VideoCommentThreadTree
export type CommentThreads = Schema.VideoCommentThreads
export type ListedComment = Schema.VideoCommentForAdminOrUser

export type PredefinedReason = Schema.AbusePredefinedReason
/** A report, for the one who wrote it. */
export type Report = Schema.UserAbuse
/** A report, for moderators. */
export type StaffReport = Schema.AdminAbuse
export type ReportMessage = Schema.AbuseMessage
export type HiddenVideo = Schema.VideoBlacklist

export type Notification = Schema.UserNotification
export type NotificationSettings = Schema.UserNotificationSetting

export type Stats = Schema.ServerStats
export type SiteSettings = Schema.Settings
export type Disk = Schema.Usage
export type ServerJob = Schema.Job
export type Encoder = Schema.EncoderChoice
export type EncoderChoice = Schema.EncoderSelection

export const Role = { administrator: 0, moderator: 1, user: 2 } as const satisfies Numbers<Schema.UserRole>
export const Privacy = { public: 1, unlisted: 2, private: 3, internal: 4, password: 5 } as const satisfies Numbers<Schema.PrivacyLabel>
export const State = { published: 1, toTranscode: 2, failed: 7 } as const satisfies Numbers<Schema.StateLabel>
export const Comments = { enabled: 1, disabled: 2, approval: 3 } as const satisfies Numbers<Schema.CommentsLabel>
export const PlaylistPrivacy = { public: 1, unlisted: 2, private: 3 } as const satisfies Numbers<Schema.PlaylistPrivacyLabel>
export const PlaylistKind = { regular: 1, watchLater: 2 } as const satisfies Numbers<Schema.PlaylistKindLabel>
/** Whether a film of a playlist is there for the reader. */
export const Availability = { regular: 0, gone: 1, private: 2, unavailable: 3 } as const satisfies Record<string, Schema.VideoPlaylistElement['type']>
type Numbers<L extends { id: number }> = Record<string, L['id']>

/** How what may hurt or shock is shown. */
export const LOOKS = ['do_not_list', 'blur', 'warn', 'display'] as const satisfies readonly Schema.SensitivePolicy[]
export type Look = Schema.SensitivePolicy
