//! Go's `time.Time` in UTC.

use std::any::Any;

use super::arguments::Result;
use super::layout::format;
use crate::function::Method;
use crate::value::Object;
use crate::{Error, Signature, Type, Value};

/// A moment, with the offset it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
    /// Seconds east of Greenwich.
    pub(super) offset: i32,
    /// The abbreviation of the zone, where it isn't UTC or made of the offset.
    pub(super) zone: ZoneName,
}

/// An abbreviation such as `CEST`; empty if there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ZoneName([u8; 16]);

impl ZoneName {
    pub(super) const NONE: ZoneName = ZoneName([0; 16]);

    /// The first 16 bytes of a name.
    pub(super) fn new(name: &str) -> Self {
        let mut bytes = [0; 16];
        for (slot, byte) in bytes.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        ZoneName(bytes)
    }

    pub(super) fn text(&self) -> Option<&str> {
        let end = self.0.iter().position(|byte| *byte == 0);
        let text = std::str::from_utf8(self.0.get(..end.unwrap_or(16))?).ok()?;
        (!text.is_empty()).then_some(text)
    }
}

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    /// 0 is Sunday.
    pub(super) weekday: u32,
    /// From 1.
    pub(super) year_day: u32,
}

/// Days from 1970-01-01 to the date in the proleptic Gregorian calendar.
pub(super) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Time {
    /// The year 1, which Go's zero value is.
    pub(super) const ZERO: Time = Time {
        seconds: -62_135_596_800,
        nanoseconds: 0,
        offset: 0,
        zone: ZoneName::NONE,
    };

    pub(super) fn unix(seconds: i64) -> Self {
        Time {
            seconds,
            nanoseconds: 0,
            offset: 0,
            zone: ZoneName::NONE,
        }
    }

    pub(super) fn add(self, nanoseconds: i64) -> Self {
        let total = i128::from(self.seconds) * 1_000_000_000
            + i128::from(self.nanoseconds)
            + i128::from(nanoseconds);
        Time {
            seconds: i64::try_from(total.div_euclid(1_000_000_000)).unwrap_or(self.seconds),
            nanoseconds: u32::try_from(total.rem_euclid(1_000_000_000)).unwrap_or(0),
            offset: self.offset,
            zone: self.zone,
        }
    }

    pub(super) fn utc(self) -> Self {
        Time {
            offset: 0,
            zone: ZoneName::NONE,
            ..self
        }
    }

    pub(super) fn civil(self) -> Civil {
        let local = self.seconds.saturating_add(i64::from(self.offset));
        let days = local.div_euclid(86_400);
        let second = u32::try_from(local.rem_euclid(86_400)).unwrap_or(0);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let part = (5 * of_year + 2) / 153;
        let day = u32::try_from(of_year - (153 * part + 2) / 5 + 1).unwrap_or(1);
        let month = u32::try_from(if part < 10 { part + 3 } else { part - 9 }).unwrap_or(1);
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Civil {
            year,
            month,
            day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            weekday: u32::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
            year_day: u32::try_from(days - days_from_civil(year, 1, 1) + 1).unwrap_or(1),
        }
    }
}

fn receiver(args: &[Value]) -> Result<Time> {
    let time = args.first().and_then(Value::as_object::<Time>).copied();
    time.ok_or_else(|| Error::new("nil time"))
}

const NONE: Signature = Signature::fixed(&[]);

fn number(args: &[Value], part: fn(Civil) -> i64) -> Result {
    Ok(Value::int(part(receiver(args)?.civil())))
}

static METHODS: [Method; 15] = [
    Method {
        name: "Format",
        signature: Signature::fixed(&[Type::String]),
        body: |_, args| {
            let layout = args
                .get(1)
                .and_then(Value::as_string)
                .cloned()
                .unwrap_or_default();
            Ok(format(receiver(args)?, &layout.to_str()).into())
        },
    },
    Method {
        name: "String",
        signature: NONE,
        body: |_, args| Ok(Value::from(receiver(args)?.text())),
    },
    Method {
        name: "Unix",
        signature: NONE,
        body: |_, args| Ok(Value::int64(receiver(args)?.seconds)),
    },
    Method {
        name: "UnixNano",
        signature: NONE,
        body: |_, args| {
            let time = receiver(args)?;
            Ok(Value::int64(
                time.seconds
                    .wrapping_mul(1_000_000_000)
                    .wrapping_add(i64::from(time.nanoseconds)),
            ))
        },
    },
    Method {
        name: "UnixMilli",
        signature: NONE,
        body: |_, args| {
            let time = receiver(args)?;
            Ok(Value::int64(
                time.seconds
                    .wrapping_mul(1000)
                    .wrapping_add(i64::from(time.nanoseconds / 1_000_000)),
            ))
        },
    },
    Method {
        name: "Year",
        signature: NONE,
        body: |_, args| number(args, |civil| civil.year),
    },
    Method {
        name: "Day",
        signature: NONE,
        body: |_, args| number(args, |civil| i64::from(civil.day)),
    },
    Method {
        name: "Hour",
        signature: NONE,
        body: |_, args| number(args, |civil| i64::from(civil.hour)),
    },
    Method {
        name: "Minute",
        signature: NONE,
        body: |_, args| number(args, |civil| i64::from(civil.minute)),
    },
    Method {
        name: "Second",
        signature: NONE,
        body: |_, args| number(args, |civil| i64::from(civil.second)),
    },
    Method {
        name: "YearDay",
        signature: NONE,
        body: |_, args| number(args, |civil| i64::from(civil.year_day)),
    },
    Method {
        name: "Nanosecond",
        signature: NONE,
        body: |_, args| Ok(Value::int(i64::from(receiver(args)?.nanoseconds))),
    },
    Method {
        name: "UTC",
        signature: NONE,
        body: |_, args| Ok(Value::object(receiver(args)?.utc())),
    },
    Method {
        name: "Local",
        signature: NONE,
        body: |_, args| Ok(Value::object(receiver(args)?.utc())),
    },
    Method {
        name: "IsZero",
        signature: NONE,
        body: |_, args| Ok((receiver(args)? == Time::ZERO).into()),
    },
];

impl Object for Time {
    fn ty(&self) -> Type {
        Type::Opaque("time.Time")
    }

    fn method(&self, name: &str) -> Option<&'static Method> {
        METHODS.iter().find(|method| method.name == name)
    }

    fn text(&self) -> Option<String> {
        Some(format(*self, "2006-01-02 15:04:05.999999999 -0700 MST"))
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        other
            .as_any()
            .downcast_ref::<Self>()
            .map(|other| other == self)
    }

    fn data(&self) -> Option<Value> {
        Some(format(*self, "2006-01-02T15:04:05.999999999Z07:00").into())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A text as errors of `time` quote it: what is not printable ASCII byte by byte.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=0x7F => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\x{byte:02x}")),
        }
    }
    quoted.push('"');
    quoted
}
