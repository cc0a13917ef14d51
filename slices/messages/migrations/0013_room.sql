-- With how many more people the shop may begin on WhatsApp until that is counted anew, whoever writes to them. Its row is held while some of
-- them take their places.
CREATE TABLE whatsapp_room (
  tenant_id UUID NOT NULL PRIMARY KEY,
  room BIGINT NOT NULL,
  counted_at BIGINT NOT NULL
);
