-- The weeks to replay: what each customer did, and who is new.
select type, "userId", event, "timestamp", "messageId", traits, properties, context
from call
where instant >= getvariable('replay_from') and instant < getvariable('replay_until') and "userId" is not null
order by instant, rank, no, "messageId"
