-- What happened before the replay: tracks only, without what the profiles file already says.
select type, "userId", event, "timestamp", "messageId", properties
from call
where type = 'track' and instant < getvariable('replay_from')
order by instant, rank, no, "messageId"
